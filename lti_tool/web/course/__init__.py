"""Pages about a course: who is in it, its grades, where it was copied from, a student's work."""

from lti_tool.web.course import copies, grades, people, reviews
from lti_tool.web.visits import visit_pages

pages = visit_pages("course")
for part in (copies, grades, people, reviews):
    pages.register_blueprint(part.pages)
