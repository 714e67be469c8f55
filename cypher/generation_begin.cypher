// number, slot → (): an empty generation beside the current one
CREATE (:Generation {number: $p.number, slot: $p.slot, head: 0, cursor: [0, 0, 0], indexed: false})
