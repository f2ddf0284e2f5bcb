"""Where no mail leaves: what a person would read of it is printed, without its HTML."""

from django.core.mail.backends import console


class EmailBackend(console.EmailBackend):
    def write_message(self, message):
        self.stream.write(f"{'-' * 79}\n{', '.join(message.recipients())} : {message.subject}\n\n{message.body}\n")
