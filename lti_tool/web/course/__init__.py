"""Pages about a course: who is in it, where it was copied from, one student's work in it."""

from lti_tool.web.course import people, reviews
from lti_tool.web.visits import visit_pages

pages = visit_pages("course")
for part in (people, reviews):
    pages.register_blueprint(part.pages)
