"""Role addresses to course roles: the least that what was sent can mean."""

import pytest

from lti_tool.lti.roles import CourseRole, course_roles

CONTEXT = "http://purl.imsglobal.org/vocab/lis/v2/membership"
INSTITUTION = "http://purl.imsglobal.org/vocab/lis/v2/institution/person"
SYSTEM = "http://purl.imsglobal.org/vocab/lis/v2/system/person"
TEST_USER = "http://purl.imsglobal.org/vocab/lti/system/person#TestUser"
STUDENT, INSTRUCTOR = CourseRole.STUDENT, CourseRole.INSTRUCTOR
ASSISTANT = CourseRole.TEACHING_ASSISTANT


@pytest.mark.parametrize(
    ("sent", "roles"),
    [
        ([], set()),
        ([f"{CONTEXT}#Learner"], {STUDENT}),
        (["Learner"], {STUDENT}),
        ([f"{CONTEXT}/Learner#GuestLearner"], {STUDENT}),
        ([f"{CONTEXT}/Learner#Instructor"], {STUDENT}),
        ([f"{CONTEXT}#Instructor"], {INSTRUCTOR}),
        (["Instructor"], {INSTRUCTOR}),
        ([f"{CONTEXT}/Instructor#PrimaryInstructor"], {INSTRUCTOR}),
        ([f"{CONTEXT}/Instructor#TeachingAssistant"], {ASSISTANT}),
        ([f"{CONTEXT}/Instructor#TeachingAssistantSection"], {ASSISTANT}),
        ([f"{CONTEXT}/Instructor#Grader"], {ASSISTANT}),
        ([f"{CONTEXT}/Instructor#Unheard"], {ASSISTANT}),
        ([f"{CONTEXT}#Instructor", f"{CONTEXT}/Instructor#TeachingAssistant"], {ASSISTANT}),
        ([f"{CONTEXT}/instructor#TeachingAssistant"], {ASSISTANT}),
        ([f"{CONTEXT}#Instructor", f"{CONTEXT}/instructor#TeachingAssistant"], {ASSISTANT}),
        ([f"{CONTEXT}/learner#Learner"], {STUDENT}),
        (["TeachingAssistant"], {ASSISTANT}),
        ([f"{CONTEXT}#TeachingAssistant", "Instructor"], {ASSISTANT}),
        ([f"{CONTEXT}#ContentDeveloper"], {CourseRole.DESIGNER}),
        ([f"{CONTEXT}#Mentor"], {CourseRole.OBSERVER}),
        ([f"{CONTEXT}#Administrator"], {CourseRole.ADMINISTRATOR}),
        ([f"{CONTEXT}#Manager"], {CourseRole.MEMBER}),
        ([f"{CONTEXT}#Member"], {CourseRole.MEMBER}),
        ([f"{CONTEXT}#Officer"], {CourseRole.MEMBER}),
        ([f"{CONTEXT}#Learner", f"{CONTEXT}#Instructor"], {STUDENT, INSTRUCTOR}),
        ([f"{CONTEXT}#Learner", TEST_USER], {STUDENT, CourseRole.TEST_STUDENT}),
        ([f"{CONTEXT}#Instructor", TEST_USER], {INSTRUCTOR}),
        ([TEST_USER], set()),
        ([f"{INSTITUTION}#Instructor", f"{CONTEXT}#Learner"], {STUDENT}),
        ([f"{INSTITUTION}#Administrator", f"{SYSTEM}#SysAdmin"], set()),
        ([f"{SYSTEM}#None"], set()),
        ([f"{CONTEXT}#Emperor"], set()),
        ([f"{CONTEXT}/Emperor#Instructor"], set()),
        ([f"{CONTEXT}#Instructor#x"], set()),
        ([f"x{CONTEXT}#Instructor"], set()),
        ([f"https{CONTEXT[4:]}#Instructor"], set()),
        (["urn:lti:role:ims/lis/Instructor"], set()),
        (["INSTRUCTOR", "", "Instructor "], set()),
    ],
    ids=lambda value: "+".join(sorted(value)) or "nothing",
)
def test_roles_are_the_least_that_was_meant(sent, roles):
    assert course_roles(sent) == roles
