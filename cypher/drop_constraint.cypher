// name → ()
DROP CONSTRAINT $name IF EXISTS
