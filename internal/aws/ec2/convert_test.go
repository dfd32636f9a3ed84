package ec2

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func TestRulesHaveOneLineForEachPeer(t *testing.T) {
	t.Parallel()
	got := groupOf(types.SecurityGroup{
		IpPermissions: []types.IpPermission{
			{
				IpProtocol: aws.String("tcp"), FromPort: aws.Int32(80), ToPort: aws.Int32(80),
				IpRanges:   []types.IpRange{{CidrIp: aws.String("0.0.0.0/0")}},
				Ipv6Ranges: []types.Ipv6Range{{CidrIpv6: aws.String("::/0")}},
			},
			{
				IpProtocol: aws.String("udp"), FromPort: aws.Int32(1024), ToPort: aws.Int32(2048),
				PrefixListIds: []types.PrefixListId{{PrefixListId: aws.String("pl-1")}},
			},
			{
				IpProtocol: aws.String("icmp"), FromPort: aws.Int32(-1), ToPort: aws.Int32(-1),
				UserIdGroupPairs: []types.UserIdGroupPair{{GroupId: aws.String("sg-1")}},
			},
		},
		IpPermissionsEgress: []types.IpPermission{
			{IpProtocol: aws.String("-1"), IpRanges: []types.IpRange{{CidrIp: aws.String("10.0.0.0/8")}}},
		},
	}).Rules
	want := []string{
		"ingress tcp 80 0.0.0.0/0",
		"ingress tcp 80 ::/0",
		"ingress udp 1024-2048 pl-1",
		"ingress icmp all sg-1",
		"egress all all 10.0.0.0/8",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestASecondaryAddressCanBeThePublicOne(t *testing.T) {
	t.Parallel()
	got := interfaceOf(types.InstanceNetworkInterface{PrivateIpAddresses: []types.InstancePrivateIpAddress{
		{Primary: aws.Bool(true)},
		{Association: &types.InstanceNetworkInterfaceAssociation{PublicIp: aws.String("198.51.100.7")}},
	}})
	if got.PublicIP != "198.51.100.7" {
		t.Errorf("got %q", got.PublicIP)
	}
}

func TestOnlyAllowRulesAreCounted(t *testing.T) {
	t.Parallel()
	acl := aclOf(types.NetworkAcl{
		Tags: []types.Tag{{Key: aws.String(quarantine.TagProduct), Value: aws.String(quarantine.Product)}},
		Entries: []types.NetworkAclEntry{
			{RuleAction: types.RuleActionDeny, Egress: aws.Bool(true)},
			{RuleAction: types.RuleActionAllow, Egress: aws.Bool(true)},
			{RuleAction: types.RuleActionAllow, Ipv6CidrBlock: aws.String("::/0")},
		},
	})
	if acl.Allows != 2 || acl.Quarantines() {
		t.Errorf("allows %d, quarantines %v", acl.Allows, acl.Quarantines())
	}
}

func TestErrorsWithoutACode(t *testing.T) {
	t.Parallel()
	answer := func(status int) error {
		return &smithyhttp.ResponseError{Response: &smithyhttp.Response{Response: &http.Response{StatusCode: status}}, Err: errors.New("no body")}
	}
	cases := map[string]struct {
		err  error
		want string
	}{
		"a 503":                    {answer(503), quarantine.Unavailable},
		"a 400":                    {answer(400), quarantine.Unexpected},
		"a connection refused":     {&smithyhttp.RequestSendError{Err: &net.OpError{Op: "dial", Err: errors.New("refused")}}, quarantine.Unavailable},
		"a deadline":               {fmt.Errorf("waiting: %w", context.DeadlineExceeded), quarantine.Unavailable},
		"a known code":             {&smithy.GenericAPIError{Code: "UnauthorizedOperation"}, quarantine.AccessDenied},
		"a shared network":         {shared("UnauthorizedOperation"), quarantine.SharedNetwork},
		"its words alone":          {shared("InvalidParameterValue"), quarantine.Unexpected},
		"a code in the text alone": {errors.New("UnauthorizedOperation"), quarantine.Unexpected},
	}
	for name, c := range cases {
		err := failure("DescribeVolumes", &smithy.OperationError{ServiceID: "EC2", Err: c.err})
		if got := quarantine.NameOf(err); got != c.want {
			t.Errorf("%s is %q, want %s", name, got, c.want)
		}
		if !errors.Is(err, c.err) {
			t.Errorf("%s: the error does not wrap its cause", name)
		}
	}
	if failure("DescribeVolumes", nil) != nil {
		t.Error("nil became a failure")
	}
}

// shared is EC2's answer to who would change what another account shares with it.
func shared(code string) error {
	return &smithy.GenericAPIError{
		Code: code, Message: "You are not authorized to perform CreateNetworkAcl operation. A subnet in this vpc is shared but the provided object is not owned by you",
	}
}

// What no permission changes is no reason to widen a role.
func TestARefusalInASharedNetworkAdvisesNoPermission(t *testing.T) {
	t.Parallel()
	for _, err := range []error{failure("CreateNetworkAcl", shared("UnauthorizedOperation")), taggedFailure("CreateNetworkAcl", shared("UnauthorizedOperation"))} {
		if text := err.Error(); strings.Contains(text, "role") || !strings.Contains(text, "its owner must act") {
			t.Errorf("the advice is %q", text)
		}
	}
}
