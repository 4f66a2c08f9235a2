DROP TABLE reminder_messages;
DROP TABLE vote_reminders;
