from django.db import migrations

REFUSE = """
CREATE FUNCTION definitions_release_is_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'releases are immutable' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER release_is_immutable BEFORE UPDATE OR DELETE ON definitions_release
    FOR EACH ROW EXECUTE FUNCTION definitions_release_is_immutable();
"""
ALLOW = """
DROP TRIGGER release_is_immutable ON definitions_release;
DROP FUNCTION definitions_release_is_immutable();
"""


class Migration(migrations.Migration):
    dependencies = [("definitions", "0001_initial")]
    operations = [migrations.RunSQL(REFUSE, ALLOW)]
