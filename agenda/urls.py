from django.urls import path

from agenda.views import bookings, calendar, day, decisions, events, feeds, registrations, series

app_name = "agenda"

urlpatterns = [
    # Meetings
    path("agenda/", events.agenda, name="agenda"),
    path("agenda/rendez-vous/nouveau/", events.new_event, name="new_event"),
    path("agenda/rendez-vous/<slug:slug>.ics", feeds.event_ics, name="event_ics"),
    path("agenda/rendez-vous/<slug:slug>/", events.event, name="event"),
    path("agenda/rendez-vous/<slug:slug>/modifier/", events.edit_event, name="edit_event"),
    path("agenda/rendez-vous/<slug:slug>/annuler/", events.cancel_event, name="cancel_event"),
    path("agenda/rendez-vous/<slug:slug>/inscription/", registrations.register, name="register"),
    path("agenda/rendez-vous/<slug:slug>/inscriptions/", registrations.registrations, name="registrations"),
    path("agenda/rendez-vous/<slug:slug>/inscriptions.csv", registrations.registrations_csv, name="registrations_csv"),
    path("agenda/inscriptions/<int:pk>/presence/", registrations.mark_attendance, name="mark_attendance"),
    path("agenda/inscriptions/<str:token>/", registrations.registration, name="registration"),
    path("agenda/inscriptions/<str:token>/confirmer/", registrations.confirm_registration, name="confirm_registration"),
    path("agenda/inscriptions/<str:token>/accepter/", registrations.accept_seat, name="accept_seat"),
    path("agenda/inscriptions/<str:token>/annuler/", registrations.cancel_registration, name="cancel_registration"),
    # Spaces and when they are taken
    path("agenda/espaces/", calendar.spaces, name="spaces"),
    path("agenda/espaces/<slug:slug>/", calendar.space, name="space"),
    path("agenda/semaine/", calendar.week, name="week"),
    path("agenda/jour/", calendar.day, name="day"),
    path("agenda/mois/", calendar.month, name="month"),
    path("agenda/liste/", calendar.bookings_list, name="bookings_list"),
    path("agenda/trouver/", calendar.find, name="find"),
    path("agenda/parts/", calendar.shares, name="shares"),
    # Bookings
    path("agenda/reserver/", bookings.book, name="book"),
    path("agenda/mes-reservations/", bookings.my_bookings, name="my_bookings"),
    path("agenda/reservations/<int:pk>.ics", feeds.booking_ics, name="booking_ics"),
    path("agenda/reservations/<int:pk>/", bookings.booking, name="booking"),
    path("agenda/reservations/<int:pk>/modifier/", bookings.change_booking, name="change_booking"),
    path("agenda/reservations/<int:pk>/deplacer/", bookings.move_booking, name="move_booking"),
    path("agenda/reservations/<int:pk>/annuler/", bookings.cancel_booking, name="cancel_booking"),
    path("agenda/reservations/<int:pk>/decider/", decisions.decide_booking, name="decide_booking"),
    path("agenda/reservations/<int:pk>/excuser/", decisions.waive_booking, name="waive_booking"),
    path("agenda/reservations/<int:pk>/absence/", decisions.mark_no_show, name="mark_no_show"),
    path("agenda/reservations/<int:pk>/repeter/", series.repeat_booking, name="repeat_booking"),
    path("agenda/reservations/<int:pk>/serie/", series.change_series, name="change_series"),
    path("agenda/reservations/<int:pk>/serie/annuler/", series.cancel_series, name="cancel_series"),
    # Calendars
    path("agenda/public.ics", feeds.public_feed, name="public_feed"),
    path("agenda/flux/<str:token>/moi.ics", feeds.my_feed, name="my_feed"),
    path("agenda/flux/<str:token>/occupe.ics", feeds.my_busy_feed, name="my_busy_feed"),
    path("agenda/flux/<str:token>/residents.ics", feeds.residents_feed, name="residents_feed"),
    path("agenda/flux/<str:token>/espaces/<slug:slug>.ics", feeds.space_feed, name="space_feed"),
    path("agenda/abonnements/", feeds.subscriptions, name="subscriptions"),
    path("agenda/abonnements/renouveler/", feeds.renew_key, name="renew_key"),
    path("agenda/abonnements/revoquer/", feeds.revoke_key, name="revoke_key"),
    path("agenda/importer/", feeds.import_calendar, name="import_calendar"),
    # The house manager's day
    path("ma-journee/", day.my_day, name="my_day"),
    path("ma-journee/portes/", day.door_sheets, name="door_sheets"),
    path("ma-journee/utilisation/", day.usage, name="usage"),
    path("ma-journee/utilisation.csv", day.usage_csv, name="usage_csv"),
    path("ma-journee/vu/", day.mark_seen, name="mark_seen"),
    path("agenda/porte/<str:token>/", day.door, name="door"),
]
