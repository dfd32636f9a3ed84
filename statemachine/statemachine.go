// Package statemachine holds the definitions as they are deployed. The template
// substitutes their placeholders with ARNs; the laptop does so with handlers.
package statemachine

import _ "embed"

// Quarantine is the definition that contains an instance, in Amazon States
// Language with JSONata, its placeholders not yet substituted.
//
//go:embed quarantine.asl.json
var Quarantine []byte
