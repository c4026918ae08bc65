"""The plain manners: one course, one address for each service, the stricter rule of both LMSs."""
