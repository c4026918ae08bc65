/**
 * Tell the LMS that the registration is finished (LTI Dynamic Registration, section 3.8), so that
 * it closes the frame or window it opened for us.
 *
 * To any origin: the message holds nothing, and hosted Canvas frames us from a host that is in no
 * message it sends.
 */
const lms = window.opener ?? window.parent;
if (lms !== window) lms.postMessage({ subject: "org.imsglobal.lti.close" }, "*");
