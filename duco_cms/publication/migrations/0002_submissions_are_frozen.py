from django.db import migrations

REFUSE = """
CREATE FUNCTION publication_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is frozen', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER submission_is_frozen
    BEFORE UPDATE OF number, content, content_hash, note, author_id, submitted, base_id, summary, diagnostics, breaking
    ON publication_submission FOR EACH ROW EXECUTE FUNCTION publication_is_frozen();
CREATE TRIGGER submission_stays BEFORE DELETE ON publication_submission
    FOR EACH ROW EXECUTE FUNCTION publication_is_frozen();
CREATE TRIGGER review_is_frozen BEFORE UPDATE OR DELETE ON publication_review
    FOR EACH ROW EXECUTE FUNCTION publication_is_frozen();
CREATE TRIGGER publication_is_frozen BEFORE UPDATE OR DELETE ON publication_publication
    FOR EACH ROW EXECUTE FUNCTION publication_is_frozen();
"""
ALLOW = """
DROP TRIGGER publication_is_frozen ON publication_publication;
DROP TRIGGER review_is_frozen ON publication_review;
DROP TRIGGER submission_stays ON publication_submission;
DROP TRIGGER submission_is_frozen ON publication_submission;
DROP FUNCTION publication_is_frozen();
"""


class Migration(migrations.Migration):
    dependencies = [("publication", "0001_initial")]
    operations = [migrations.RunSQL(REFUSE, ALLOW)]
