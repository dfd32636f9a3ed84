package account_test

import (
	"encoding/json"
	"fmt"
	"testing"

	lab "github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/preflight/account"
)

// A state's input and output have 256 KiB, and what functions say of themselves needs a half of that.
// https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
func TestWhatIsSaidOfManyVPCsHasRoomInAState(t *testing.T) {
	t.Parallel()
	w := healthy(t)
	for n := range account.MostVPCs {
		vpc := w.AddVPC(lab.VPC{CIDRs: []string{fmt.Sprintf("10.%d.0.0/16", n+10)}})
		var subnets []string
		for zone := range 3 {
			subnets = append(subnets, w.AddSubnet(lab.Subnet{VPC: vpc, CIDR: fmt.Sprintf("10.%d.%d.0/24", n+10, zone)}))
			w.AddInterface(lab.Interface{Subnet: subnets[zone], PrivateIP: fmt.Sprintf("10.%d.%d.200", n+10, zone), Type: "nat_gateway", RequesterManaged: true})
		}
		for host := range 12 {
			w.AddInstance(lab.Instance{Interfaces: []lab.Interface{{
				Subnet: subnets[host%3], PrivateIP: fmt.Sprintf("10.%d.%d.%d", n+10, host%3, 10+host), Forwards: host%2 == 0,
			}}})
		}
	}
	_, checks := w.read(t)
	text, err := json.Marshal(checks)
	if err != nil || len(text) > 128<<10 {
		t.Errorf("%d bytes, %v", len(text), err)
	}
}
