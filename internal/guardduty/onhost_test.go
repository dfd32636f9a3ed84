package guardduty_test

import (
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/guardduty"
)

func TestWhatWasSeenOnTheHostIsToldFromItsTraffic(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{
		"Execution:Runtime/ReverseShell":              true,
		"Execution:EC2/MaliciousFile":                 true,
		"CryptoCurrency:Runtime/BitcoinTool.B":        true,
		"CryptoCurrency:EC2/BitcoinTool.B!DNS":        false,
		"UnauthorizedAccess:EC2/SSHBruteForce":        false,
		"AttackSequence:EC2/CompromisedInstanceGroup": false,
	} {
		if got := guardduty.OnHost(name); got != want {
			t.Errorf("%s: %t", name, got)
		}
	}
}
