package simulate

import (
	"encoding/json"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
)

// BusEvent is an event on the account's bus, as rules and their targets get it:
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html
type BusEvent struct {
	Version    string          `json:"version"`
	ID         string          `json:"id"`
	DetailType string          `json:"detail-type"`
	Source     string          `json:"source"`
	Account    string          `json:"account"`
	Time       time.Time       `json:"time"`
	Region     string          `json:"region"`
	Resources  []string        `json:"resources"`
	Detail     json.RawMessage `json:"detail"`
}

// busEvents are the events that were put on the account's buses, in their order.
func busEvents(a *account.Account) []BusEvent {
	all := []BusEvent{}
	for _, e := range a.Events() {
		all = append(all, BusEvent{
			Version: "0", ID: e.ID, DetailType: e.DetailType, Source: e.Source, Account: a.ID(), Time: e.At.UTC(), Region: a.Region(),
			Resources: []string{}, Detail: json.RawMessage(e.Detail),
		})
	}
	return all
}
