package standby_test

import (
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/aws/autoscaling"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/measure/standby"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// The plan has read whether the instance is in a group: it does not leave that open.
func TestAPlanSaysWhetherThereIsAGroup(t *testing.T) {
	t.Parallel()
	a := account.New(account.Options{})
	subnet := a.AddSubnet(account.Subnet{VPC: a.AddVPC(account.VPC{}), CIDR: "10.0.1.0/24"})
	add := func(ip string) string {
		return a.AddInstance(account.Instance{Interfaces: []account.Interface{{Subnet: subnet, PrivateIP: ip}}})
	}
	member, alone := add("10.0.1.10"), add("10.0.1.11")
	a.AddGroup(account.ScalingGroup{Name: "web", Instances: []string{member}, Subnets: []string{subnet}})
	planned := func(id string) string {
		r := quarantine.Resource{Kind: quarantine.KindInstance, AccountID: a.ID(), Region: a.Region(), ID: id}
		lines, err := measure.Planned(t.Context(), standby.Measure{Groups: autoscaling.New(a.AutoScaling())}, r)
		if err != nil {
			t.Fatal(err)
		}
		return strings.Join(lines, "\n")
	}
	if got := planned(member); !strings.HasPrefix(got, "standby: it has the instance stand by in its Auto Scaling group, which launches") || !strings.Contains(got, "state in web is InService") {
		t.Error(got)
	}
	if got := planned(alone); !strings.HasPrefix(got, "standby: nothing to do: ") || strings.Contains(got, "\n") {
		t.Error(got)
	}
}
