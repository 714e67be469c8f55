import { defineConfig } from "vite";

// Nothing is fetched from anywhere else: all of the page is in these files, without inlined data.
export default defineConfig({
  base: "/viewer/",
  build: { outDir: "../dist", emptyOutDir: true, assetsInlineLimit: 0, sourcemap: false },
  logLevel: "warn",
});
