// Package statemachine holds the definitions as they are deployed. The template
// substitutes their placeholders with ARNs; the laptop does so with handlers.
// They are in Amazon States Language with JSONata, and made of the sources in
// the folder source, where each thing stands once.
package statemachine

import _ "embed"

//go:generate go run ../tools/definitions -dir .

// Quarantine contains an instance.
//
//go:embed quarantine.asl.json
var Quarantine []byte

// Approval is the approval-step variant: it runs Quarantine, asks a person
// whether to release, and runs Release or keeps the quarantine.
//
//go:embed quarantine-approval.asl.json
var Approval []byte

// Release lifts the quarantine of an incident.
//
//go:embed release.asl.json
var Release []byte

// Watch looks whether what open incidents hold still stands, and has it put right.
//
//go:embed watch.asl.json
var Watch []byte

// Preflight has every function try its calls, and reads what a containment rests on.
//
//go:embed preflight.asl.json
var Preflight []byte
