"""All of Moodle's services behind their one address."""

from lti_tool.practice_lms.moodle import line_items, roster, scores
from lti_tool.practice_lms.moodle.dispatch import services

moodle_services = services((*line_items.RESOURCES, *scores.RESOURCES, *roster.RESOURCES))
