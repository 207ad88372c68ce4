"""The daemon: the composition root. It makes every part, plugs them together, and ends them.

`running_daemon` is the daemon without a process around it; `serve` adds signals and the exit.
"""

from beeflow.daemon.assembly import Daemon, Settings, running_daemon
from beeflow.daemon.process import serve

__all__ = ["Daemon", "Settings", "running_daemon", "serve"]
