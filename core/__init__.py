"""What Concord knows and does, without any interface."""
