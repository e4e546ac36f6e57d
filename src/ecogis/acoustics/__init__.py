"""
Sound: what roads emit, and what is left of it at a receiver. Arrays, no geometry.

``roads.traffic_of`` says what drives on each road, ``emission.line_power_db`` how loud
that is a metre of road by CNOSSOS-EU, ``hj24`` how loud it is at a receiver by
HJ 2.4-2021; ``bands`` adds levels up.
"""
