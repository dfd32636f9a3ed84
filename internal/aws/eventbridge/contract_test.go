package eventbridge_test

import (
	"encoding/json"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/aws/eventbridge/eventbridgetest"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
)

func TestContractInMemory(t *testing.T) {
	t.Parallel()
	eventbridgetest.Contract(t, func(*testing.T) eventbridgetest.Env {
		acct := account.New(account.Options{})
		return eventbridgetest.Env{Client: acct.EventBridge(), Bus: account.DefaultBus, Events: func(*testing.T) (all []eventbridgetest.Event) {
			for _, e := range acct.Events() {
				all = append(all, eventbridgetest.Event{Source: e.Source, DetailType: e.DetailType, Detail: json.RawMessage(e.Detail)})
			}
			return all
		}}
	})
}
