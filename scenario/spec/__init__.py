"""What the user wrote, as data: reading, checking, canonical form. Nothing here runs a model.

Bottom-up: `number`, `verification`, `coalition`, `schema`, `ledger` and `outcomes` declare; `scalars` and
`document` read YAML 1.2; `shape` reads the declarations; `defaults` and `overrides` change data;
`complaints`, `check` and `check_numbers` find what is wrong; `register` lists and compares numbers;
`canonical` hashes; `load` puts it together into a `scenario.Scenario`.

Codes of problems, stable:

    E101 too large          E102 not UTF-8           E103 control character   E104 empty
    E105 syntax             E106 second document     E107 alias, anchor, <<   E108 tag
    E109 too deep           E110 too many values     E111 duplicate key       E112 key is not text
    E113 not a mapping      E114 not a finite number
    E120 unknown key        E121 missing             E122 not in range        E123 wrong kind
    E124 not one of         E125 size or pattern     E126 date                E127 form of a number
    E128 beyond its bounds  E130 no such name        E131 ill-formed name     E132 order of dates
    E133 order of values    E134 forum cannot adopt  E135 lever               E136 derived
    E137 evidence id        E138 ledger
    E140 override's form    E141 override's path     E142 protected key       E143 override's value
    E144 no such variant    E145 no such item
    E150 ledger's place     E151 unreadable file     E152 no such scenario
"""
