"""The daemon: the composition root. It makes every part, plugs them together, and ends them.

`assembly.running_daemon` is the daemon without a process around it; `process.serve` adds signals
and the exit. Import what you need from there: most commands need little of it.
"""
