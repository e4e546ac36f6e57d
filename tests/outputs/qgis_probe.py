"""
Open a GeoPackage in QGIS, tell how each layer is drawn, and draw it.

Run by the Python that has PyQGIS, in a process of its own::

    python3 qgis_probe.py results.gpkg map.png cases.json

It prints JSON: for each spatial layer the renderer, its rules (label, filter, colours,
how many features the filter finds, how many rules draw each feature) and aliases; for
each case of ``cases.json`` (a column's kind and values, filters) which filters are true
of which value.
"""

import json
import sys
from pathlib import Path

from qgis.core import (
    QgsApplication,
    QgsExpression,
    QgsExpressionContext,
    QgsExpressionContextUtils,
    QgsFeature,
    QgsField,
    QgsFields,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsRenderContext,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QSize, QVariant
from qgis.PyQt.QtGui import QColor

TYPES = {
    "text": QVariant.String,
    "number": QVariant.Double,
    "boolean": QVariant.Bool,
}


def spatial(path):
    """Return every spatial layer of a GeoPackage, opened as a user opens it."""
    whole = QgsVectorLayer(str(path), "all", "ogr")
    listed = whole.dataProvider().subLayers()
    names = [line.split("!!::!!")[1] for line in listed]
    layers = [QgsVectorLayer(f"{path}|layername={n}", n, "ogr") for n in names]
    return [layer for layer in layers if layer.isSpatial()]


def colours(symbol):
    """Return what a symbol's layers are filled and stroked with."""
    return [
        {
            "type": part.layerType(),
            "color": part.color().name(),
            "alpha": part.color().alpha(),
            "properties": part.properties(),
        }
        for part in symbol.symbolLayers()
    ]


def drawn_by(layer):
    """Return for each feature the places of the rules that draw it."""
    renderer = layer.renderer().clone()
    context = QgsRenderContext()
    context.expressionContext().appendScopes(
        QgsExpressionContextUtils.globalProjectLayerScopes(layer)
    )
    rules = [rule.ruleKey() for rule in renderer.rootRule().children()]
    renderer.startRender(context, layer.fields())
    found = []
    for feature in layer.getFeatures():
        context.expressionContext().setFeature(feature)
        children = renderer.rootRule().children()
        keys = [c.ruleKey() for c in children if c.isFilterOK(feature, context)]
        symbols = len(renderer.symbolsForFeature(feature, context))
        found.append({"rules": [rules.index(key) for key in keys], "symbols": symbols})
    renderer.stopRender(context)
    return found


def described(layer):
    """Return how a layer is drawn."""
    rules = []
    if layer.renderer().type() == "RuleRenderer":
        for rule in layer.renderer().rootRule().children():
            count = 0
            for feature in layer.getFeatures(rule.filterExpression() or "true"):
                count += feature.isValid()
            rules.append(
                {
                    "label": rule.label(),
                    "filter": rule.filterExpression(),
                    "features": count,
                    "symbol": colours(rule.symbol()),
                }
            )
    return {
        "name": layer.name(),
        "valid": layer.isValid(),
        "renderer": layer.renderer().type(),
        "crs": layer.crs().authid(),
        "features": layer.featureCount(),
        "geometry": layer.wkbType(),
        "types": {field.name(): field.typeName() for field in layer.fields()},
        "aliases": {f.name(): f.alias() for f in layer.fields() if f.alias()},
        "rules": rules,
        "drawn": drawn_by(layer) if rules else [],
    }


def evaluated(case):
    """Return for each value of a column the places of the filters that are true."""
    fields = QgsFields()
    fields.append(QgsField("f", TYPES[case["kind"]]))
    context = QgsExpressionContext()
    context.setFields(fields)
    filters = []
    for text in case["filters"]:
        expression = QgsExpression(text)
        if expression.hasParserError():
            msg = f"{text}: {expression.parserErrorString()}"
            raise ValueError(msg)
        expression.prepare(context)
        filters.append(expression)
    found = []
    for value in case["values"]:
        feature = QgsFeature(fields)
        feature.setAttribute(0, QVariant() if value is None else value)
        context.setFeature(feature)
        true = [place for place, one in enumerate(filters) if one.evaluate(context)]
        found.append(true)
    return found


def draw(layers, path):
    """Draw the layers, the first at the bottom."""
    settings = QgsMapSettings()
    settings.setLayers(list(reversed(layers)))
    settings.setOutputSize(QSize(900, 900))
    settings.setOutputDpi(96)
    settings.setBackgroundColor(QColor("#ffffff"))
    settings.setDestinationCrs(layers[0].crs())
    extent = layers[0].extent()
    for layer in layers[1:]:
        extent.combineExtentWith(layer.extent())
    extent.scale(1.1)
    settings.setExtent(extent)
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    job.renderedImage().save(str(path))


def main(path, picture, cases):
    """Look at a GeoPackage, draw it, and print what was found."""
    application = QgsApplication([], GUIenabled=False)
    application.initQgis()
    layers = spatial(path)
    found = {
        "layers": [described(layer) for layer in layers],
        "cases": [evaluated(one) for one in json.loads(cases.read_text("utf-8"))],
    }
    draw(layers, picture)
    sys.stdout.write(json.dumps(found))
    sys.stdout.flush()
    del layers
    application.exitQgis()


if __name__ == "__main__":
    main(*(Path(name) for name in sys.argv[1:4]))
