from django.db import migrations, models

SCHEMES = [
    ("rome", "ROME, France Travail"),
    ("esco", "ESCO, Commission européenne"),
    ("data_inclusion", "data.inclusion"),
    ("maison", "Les Chaudronneries"),
    ("resident", "terme proposé par une structure"),
]


class Migration(migrations.Migration):
    dependencies = [("residents", "0003_house_manager_group")]

    operations = [
        migrations.RemoveConstraint(model_name="knowledgeitem", name="item_scheme_known"),
        migrations.AlterField(
            model_name="knowledgeitem",
            name="scheme",
            field=models.CharField(choices=SCHEMES, max_length=20, verbose_name="source"),
        ),
        migrations.AddConstraint(
            model_name="knowledgeitem",
            constraint=models.CheckConstraint(
                condition=models.Q(("scheme__in", [scheme for scheme, _label in SCHEMES])),
                name="item_scheme_known",
                violation_error_message="Cette source n’existe pas.",
            ),
        ),
    ]
