"""Many uploads: what comes of each, what was uploaded before, and what works on them at a time."""
