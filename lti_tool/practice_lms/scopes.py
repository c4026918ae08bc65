"""The scopes this platform grants."""

LINE_ITEM = "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem"
LINE_ITEM_READ = "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem.readonly"
RESULT_READ = "https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly"
SCORE = "https://purl.imsglobal.org/spec/lti-ags/scope/score"
ROSTER_READ = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"

GRADE_SCOPES = (LINE_ITEM, LINE_ITEM_READ, RESULT_READ, SCORE)
GRANTED = frozenset((*GRADE_SCOPES, ROSTER_READ))
TOOL_SETTING = "https://purl.imsglobal.org/spec/lti-ts/scope/toolsetting"
REGISTRATION = "https://purl.imsglobal.org/spec/lti-reg/scope/registration"
REGISTRATION_READ = "https://purl.imsglobal.org/spec/lti-reg/scope/registration.readonly"
NOTICE_HANDLERS = "https://purl.imsglobal.org/spec/lti/scope/noticehandlers"
