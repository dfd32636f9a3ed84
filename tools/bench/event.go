package main

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"
)

// finding is an EventBridge event as GuardDuty sends it, with {placeholders} where
// findings differ.
//
//go:embed finding.json
var finding string

// event returns the n-th finding of an instance.
func event(h host, n int) json.RawMessage {
	return json.RawMessage(strings.NewReplacer(
		"{event}", fmt.Sprintf("00000000-0000-4000-%04x-%012x", n, h.number),
		"{finding}", fmt.Sprintf("%016x%016x", h.number, n),
		"{instance}", h.id, "{interface}", h.eni, "{address}", h.ip, "{subnet}", h.subnet, "{vpc}", h.vpc,
		"{account}", accountID, "{region}", region,
	).Replace(finding))
}
