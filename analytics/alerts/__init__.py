"""Alerts: rules over the delta log. `follower.Alerts` works them out, `delivery.Outbox` keeps them, a rule is one file."""
