"""The static checker: recipes held against rules, with findings that say where and how to mend.

It needs neither network nor clock. What it knows of actions and webhooks it is given (`Facts`).
"""

from beeflow.check.checking import check_parsed, check_paths, check_text
from beeflow.check.explaining import explain
from beeflow.check.facts import Facts
from beeflow.check.report import Finding, Point, Range, Related, Report
from beeflow.check.reports import FORMATS
from beeflow.check.rules import RULES

__all__ = [
    "FORMATS",
    "RULES",
    "Facts",
    "Finding",
    "Point",
    "Range",
    "Related",
    "Report",
    "check_parsed",
    "check_paths",
    "check_text",
    "explain",
]
