"""Named streams and inverse distributions: the only place chance comes from.

Every random decision has a name and one uniform number, found by its address and turned into a
value by an inverse distribution function. Nothing is "the next number": a policy that adds,
removes or reorders decisions moves nobody else's draws.

    key      (root seed, stream name)                                   `stream_key`
    counter  (index, inner replication n, outer point m)                `uniform`

An entity or a pair that has its own stream carries it in the name ("in-force:uk:aviation"); the
index is the thing's own number, never a running count that a policy could shift. Ordinals serve
only for a sender's own warnings and attributions and an actor's reactions, and those that a twin
suppresses still count.

    stream                                                        index
    ------------------------------------------------------------  ---------------------------------
    outer parameters, discount (n = 0); truth, as-if stage,       0
    first shipment, access of a channel, private and common
    signal, common and own will, disposition
    batch gap, size, usable, used; background listing;            own number (a pause stops the
    alternative delivery                                          clock; a changed rate rescales
                                                                  what is left, never redraws)
    channel gap, echo, verdict, item lag                          item number
    disclosure kind and lag, execution, participation,            gravity level
    consultation, relief lag, other tracks
    draft, in-force lags, package content, retaliation            gravity level of the package
    follow, per leader                                            leader's attribution number
    specific warning                                              own warning number
    veto, per forum and member                                    calendar slot number
    review gap                                                    scheduled review number
    mood date and mood, per option                                mood number
    reaction lag, per cause and actor                             that actor's event number

Index, n and m are whole numbers from 0 to 2^32 - 1.

    compile   how functions become machine code, and where it is kept
    philox    the generator and its addresses
    inverse   distributions: u in, value out
    fused     both in one compiled call
    portable  exp and log with the same bits on every processor
    points    numbers of outer points, distributions over arrays
    beta      the beta distribution over arrays
    streams   names and runs: what engines written in Python use
"""

from scenario.draws import inverse
from scenario.draws.compile import compiled, plain
from scenario.draws.fused import (
    draw_bernoulli,
    draw_exponential,
    draw_gumbel,
    draw_lognormal,
    draw_normal,
)
from scenario.draws.philox import philox4x32, stream_key, uniform, uniform_pair, unit_interval
from scenario.draws.streams import RunDraws, Stream, Streams

__all__ = [
    "RunDraws",
    "Stream",
    "Streams",
    "compiled",
    "draw_bernoulli",
    "draw_exponential",
    "draw_gumbel",
    "draw_lognormal",
    "draw_normal",
    "inverse",
    "philox4x32",
    "plain",
    "stream_key",
    "uniform",
    "uniform_pair",
    "unit_interval",
]
