package quarantine_test

import (
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func TestAKeyIsNamedByWhoseItIs(t *testing.T) {
	t.Parallel()
	const long, short = "AKIAIOSFODNN7EXAMPLE", "ASIAIOSFODNN7EXAMPLE"
	for _, c := range []struct {
		key      quarantine.AccusedKey
		want     string
		longTerm bool
	}{
		{quarantine.AccusedKey{ID: long, User: "alice", UserType: "IAMUser"}, "access key " + long + " of the user alice", true},
		{quarantine.AccusedKey{ID: short, User: "alice", UserType: "IAMUser"}, "access key " + short + " of the user alice", false},
		{quarantine.AccusedKey{ID: long, UserType: "IAMUser"}, "access key " + long + " of an unknown user", false},
		{quarantine.AccusedKey{ID: long, User: "Root", UserType: "Root"}, "access key " + long + " of the account's root user", false},
		{quarantine.AccusedKey{UserType: "Root"}, "the account's root user", false},
		{quarantine.AccusedKey{ID: short, User: "deploy", UserType: "AssumedRole"}, "access key " + short + " of the role deploy", false},
		{quarantine.AccusedKey{ID: short, User: "kim", UserType: "FederatedUser"}, "access key " + short + " of the federated user kim", false},
		{quarantine.AccusedKey{User: "ec2.amazonaws.com", UserType: "AWSService"}, "the principal ec2.amazonaws.com", false},
		{quarantine.AccusedKey{ID: long}, "access key " + long + " of an unknown principal", false},
	} {
		if got := c.key.String(); got != c.want || c.key.LongTerm() != c.longTerm {
			t.Errorf("%+v: %q, %t", c.key, got, c.key.LongTerm())
		}
	}
}
