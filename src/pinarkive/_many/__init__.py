"""Many uploads: the run with its outcomes, the journal of earlier uploads, and the workers."""
