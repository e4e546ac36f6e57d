"""How is an answer said? How good it is proven to be, and what it rests on."""

from ecogis.close.asked import Wish
from ecogis.close.search import Found
from ecogis.document import Text
from ecogis.scorecard import Score
from ecogis.spatial.siting_demand import Land
from ecogis.wording import shown

_FEWEST = Text(
    en="new parks: {count}; it is proven that at least {bound} of these candidates are "
    "needed{gap}",
    zh="新增公园 {count} 处；已证明至少需要这些候选地块中的 {bound} 处{gap}",
)
_CHEAPEST = Text(
    en="new parks: {count}, for {cost:,.10g}; it is proven that with these candidates "
    "the target costs at least {bound:,.10g}{gap}",
    zh="新增公园 {count} 处，费用 {cost:,.10g}；已证明采用这些候选地块达标的费用不低于 "
    "{bound:,.10g}{gap}",
)
_MOST = Text(
    en="new parks: {count}, which serve {value:,.0f} more; it is proven that no "
    "choice of as many, or for as much, serves more than {bound:,.0f}{gap}",
    zh="新增公园 {count} 处，新增覆盖 {value:,.0f}；已证明同等数量或费用的任何方案"
    "不超过 {bound:,.0f}{gap}",
)
_OPTIMAL = Text(en=" (the best there is)", zh="（已证明最优）")
_GAP = Text(en=" (gap {percent:.1f} %)", zh="（差距不超过 {percent:.1f} %）")
_SQUARES = Text(
    en="sites were weighed, and the bound holds, on {count} squares of land; what is "
    "said before and after is the indicator's own number",
    zh="选址与界限按 {count} 个地块网格计算；现状值与新增后数值均由指标重新计算",
)
_UNREACHABLE = Text(
    en="the target of {target} cannot be reached: all candidates together reach "
    "{best:.2f} %; shown are the fewest that do",
    zh="无法达到目标 {target}：全部候选地块合计只能达到 {best:.2f} %；"
    "下列为达到该值的最少地块",
)
_SHORT = Text(
    en="the target is not reached with so much: {value} of {target}",
    zh="在此限制内未达到目标：{value}（目标 {target}）",
)


def notes_of(before: Score, found: Found, wish: Wish) -> tuple[Text, ...]:
    """Return what a reader of the answer has to know, the most important first."""
    said = [*_missed(before, found), _proof(found, wish)]
    if isinstance(found.demand, Land):
        said.append(_SQUARES.format(count=f"{len(found.demand.frame):,}"))
    return (*said, *found.pool.notes)


def _proof(found: Found, wish: Wish) -> Text:
    siting = found.siting
    count = len(found.sites)
    gap = _GAP.format(percent=100 * siting.gap)
    gap = _OPTIMAL if siting.optimal else gap
    text = _MOST
    if wish.for_target:
        text = _CHEAPEST if wish.by_cost else _FEWEST
    told = {
        "count": count,
        "cost": siting.cost,
        "value": siting.value,
        "bound": siting.bound if text is not _FEWEST else f"{siting.bound:.0f}",
    }
    return text.format(gap=gap, **told)


def _missed(before: Score, found: Found) -> list[Text]:
    """Return why the target is not reached, where it is not."""
    target = before.goal.target
    if found.reached or target is None:
        return []
    bound = f"{target.number:g} {before.goal.shown_unit}"
    if found.best is None:
        value = f"{shown(found.after)} {before.goal.shown_unit}"
        return [_SHORT.format(value=value, target=bound)]
    best = found.after.value or 0.0
    return [_UNREACHABLE.format(target=bound, best=best)]
