"""What no path through the code can forget: a booking's occupations, a meeting's seats, spaces one level deep."""

from django.db import migrations

OCCUPATIONS = """
-- The elementary spaces that booking `space` occupies: its parts, or itself.
CREATE FUNCTION agenda_elementary(space bigint) RETURNS SETOF bigint LANGUAGE sql STABLE AS $$
    SELECT to_space_id FROM agenda_space_parts WHERE from_space_id = space
    UNION ALL
    SELECT space WHERE NOT EXISTS (SELECT 1 FROM agenda_space_parts WHERE from_space_id = space)
$$;

CREATE FUNCTION agenda_occupy(booking agenda_booking) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM agenda_occupation WHERE booking_id = booking.id;
    IF booking.status IN ('demandee', 'confirmee') THEN
        INSERT INTO agenda_occupation (booking_id, space_id, during)
        SELECT booking.id, part,
               tstzrange(booking.starts_at, booking.ends_at + make_interval(mins => booking.buffer_minutes))
        FROM agenda_elementary(booking.space_id) AS part;
    END IF;
END $$;

CREATE FUNCTION agenda_booking_occupies() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' OR (OLD.status, OLD.starts_at, OLD.ends_at, OLD.buffer_minutes, OLD.space_id)
        IS DISTINCT FROM (NEW.status, NEW.starts_at, NEW.ends_at, NEW.buffer_minutes, NEW.space_id) THEN
        PERFORM agenda_occupy(NEW);
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER agenda_booking_occupies AFTER INSERT OR UPDATE ON agenda_booking
    FOR EACH ROW EXECUTE FUNCTION agenda_booking_occupies();

-- A space made of others changes: the bookings of it that are not over follow.
CREATE FUNCTION agenda_parts_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    changed agenda_space_parts := COALESCE(NEW, OLD);
BEGIN
    IF TG_OP <> 'DELETE' AND (
        NEW.from_space_id = NEW.to_space_id
        OR EXISTS (SELECT 1 FROM agenda_space_parts WHERE from_space_id = NEW.to_space_id)
        OR EXISTS (SELECT 1 FROM agenda_space_parts WHERE to_space_id = NEW.from_space_id)
    ) THEN
        RAISE EXCEPTION 'a part is an elementary space'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'space_parts_elementary';
    END IF;
    -- A part that was a space of its own keeps its bookings: it stays elementary. The whole gets its parts'.
    PERFORM agenda_occupy(booking) FROM agenda_booking booking
        WHERE booking.space_id = changed.from_space_id AND booking.ends_at > now();
    RETURN NULL;
END $$;

CREATE TRIGGER agenda_parts_changed AFTER INSERT OR UPDATE OR DELETE ON agenda_space_parts
    FOR EACH ROW EXECUTE FUNCTION agenda_parts_changed();
"""

NO_OCCUPATIONS = """
DROP TRIGGER agenda_parts_changed ON agenda_space_parts;
DROP TRIGGER agenda_booking_occupies ON agenda_booking;
DROP FUNCTION agenda_parts_changed();
DROP FUNCTION agenda_booking_occupies();
DROP FUNCTION agenda_occupy(agenda_booking);
DROP FUNCTION agenda_elementary(bigint);
"""

SEATS = """
-- Whoever takes a seat waits for those who are taking one at the same meeting, then counts.
CREATE FUNCTION agenda_seat_taken() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    places integer;
    taken integer;
BEGIN
    IF NEW.status NOT IN ('inscrite', 'proposee') OR NEW.slot_starts_at IS NOT NULL THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.status IN ('inscrite', 'proposee') AND OLD.event_id = NEW.event_id THEN
        RETURN NEW;
    END IF;
    SELECT capacity INTO places FROM agenda_event WHERE id = NEW.event_id FOR NO KEY UPDATE;
    IF places IS NOT NULL THEN
        SELECT count(*) INTO taken FROM agenda_registration
            WHERE event_id = NEW.event_id AND status IN ('inscrite', 'proposee') AND id IS DISTINCT FROM NEW.id;
        IF taken >= places THEN
            RAISE EXCEPTION 'no seat is left'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'registration_within_capacity';
        END IF;
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER agenda_seat_taken BEFORE INSERT OR UPDATE ON agenda_registration
    FOR EACH ROW EXECUTE FUNCTION agenda_seat_taken();
"""

NO_SEATS = """
DROP TRIGGER agenda_seat_taken ON agenda_registration;
DROP FUNCTION agenda_seat_taken();
"""


class Migration(migrations.Migration):
    dependencies = [("agenda", "0001_initial")]

    operations = [
        migrations.RunSQL(OCCUPATIONS, NO_OCCUPATIONS),
        migrations.RunSQL(SEATS, NO_SEATS),
    ]
