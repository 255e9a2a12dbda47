"""What stands between a notebook and the package: session, parameters, runner, exercises, checks."""
