from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("bulletin", "0003_note_what_became_of_each_copy")]

    operations = [
        migrations.AddField(
            model_name="bulletinpage",
            name="told",
            field=models.JSONField(blank=True, default=dict, editable=False, verbose_name="faits racontés"),
        )
    ]
