package load_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/accounttest"
)

// The account is that of the instances, and what another one shares with it stays that one's.
func TestTheOwnersOfASharedNetworkAreRead(t *testing.T) {
	t.Parallel()
	instances, network, _ := strings.Cut(described, `"Subnets"`)
	a, err := account.LoadJSON(strings.NewReader(instances+`"Subnets"`+strings.ReplaceAll(network, "111122223333", "999900001111")), account.Options{}, web)
	accounttest.NoErr(t, err)
	if a.ID() != "111122223333" {
		t.Errorf("the account is %s", a.ID())
	}
	_, err = a.EC2().CreateNetworkAcl(t.Context(), &ec2.CreateNetworkAclInput{VpcId: aws.String("vpc-0aaaaaaaaaaaaaaaa")})
	accounttest.WantCode(t, err, "UnauthorizedOperation")
}
