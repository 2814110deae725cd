"""What each command does: opens the study, calls the rooms, prints. One module a command."""
