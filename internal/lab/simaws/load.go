package simaws

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// LoadError says everything that is wrong with an account's description.
type LoadError struct{ Problems []string }

func (e *LoadError) Error() string {
	return "the account's description cannot be used:\n  " + strings.Join(e.Problems, "\n  ")
}

// export is what the command line's describe commands print, merged.
type export struct {
	Reservations     []types.Reservation
	Subnets          []types.Subnet
	NetworkAcls      []types.NetworkAcl
	Volumes          []types.Volume
	Vpcs             []types.Vpc
	SecurityGroups   []types.SecurityGroup
	RouteTables      []types.RouteTable
	InternetGateways []types.InternetGateway
}

// member is one list of the description.
type member struct {
	into    any
	command string // that prints it
	must    bool   // the account makes no sense without it
	strict  bool   // a field that is not known could change what a rule or route means
}

func (e *export) members() map[string]member {
	return map[string]member{
		"Reservations":     {&e.Reservations, "describe-instances", true, false},
		"Subnets":          {&e.Subnets, "describe-subnets", true, false},
		"NetworkAcls":      {&e.NetworkAcls, "describe-network-acls", true, true},
		"Volumes":          {&e.Volumes, "describe-volumes", true, false},
		"Vpcs":             {&e.Vpcs, "describe-vpcs", false, false},
		"SecurityGroups":   {&e.SecurityGroups, "describe-security-groups", false, true},
		"RouteTables":      {&e.RouteTables, "describe-route-tables", false, true},
		"InternetGateways": {&e.InternetGateways, "describe-internet-gateways", false, true},
	}
}

// LoadJSON reads an account from one JSON object that merges what the command
// line prints: Reservations, Subnets, NetworkAcls and Volumes of "aws ec2
// describe-instances", "describe-subnets", "describe-network-acls" and
// "describe-volumes"; and, where reachability is to be known, Vpcs,
// SecurityGroups, RouteTables and InternetGateways likewise. Everything that
// is wrong with it is reported at once, in a *LoadError.
//
// Account id and region are the description's own unless o gives them.
func LoadJSON(r io.Reader, o Options) (*Account, error) {
	var raw map[string]json.RawMessage
	if err := json.NewDecoder(r).Decode(&raw); err != nil {
		return nil, fmt.Errorf("the account's description is not a JSON object: %w", err)
	}
	var e export
	problems := e.decode(raw)
	if len(problems) == 0 {
		problems = e.check(raw)
	}
	if len(problems) > 0 {
		return nil, &LoadError{Problems: problems}
	}
	a := New(e.options(o))
	e.fill(a, raw)
	return a, nil
}

func (e *export) decode(raw map[string]json.RawMessage) []string {
	var problems []string
	members := e.members()
	for _, name := range sortedKeys(raw) {
		m, known := members[name]
		if !known {
			problems = append(problems, fmt.Sprintf("%s: not understood; %s are", name, strings.Join(sortedKeys(members), ", ")))
			continue
		}
		d := json.NewDecoder(bytes.NewReader(raw[name]))
		if m.strict {
			d.DisallowUnknownFields()
		}
		if err := d.Decode(m.into); err != nil {
			problems = append(problems, fmt.Sprintf("%s: %v", name, explain(err)))
		}
	}
	for _, name := range sortedKeys(members) {
		if _, given := raw[name]; !given && members[name].must {
			problems = append(problems, fmt.Sprintf("%s: missing; add what \"aws ec2 %s\" prints", name, members[name].command))
		}
	}
	return problems
}

// explain names the field where JSON of the wrong type stands.
func explain(err error) error {
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) {
		return fmt.Errorf("field %s is a %s", wrong.Field, wrong.Value)
	}
	return err
}

var zoneForm = regexp.MustCompile(`^([a-z]+(?:-[a-z]+)+-[0-9]+)`)

func (e *export) options(o Options) Options {
	for _, s := range e.Subnets {
		if o.AccountID == "" {
			o.AccountID = aws.ToString(s.OwnerId)
		}
		if o.Region == "" {
			o.Region = zoneForm.FindString(aws.ToString(s.AvailabilityZone))
		}
	}
	return o
}

// fill moves a description that has been checked into the account.
func (e *export) fill(a *Account, raw map[string]json.RawMessage) {
	for _, r := range e.Reservations {
		for i := range r.Instances {
			a.storage.instances.add(*r.Instances[i].InstanceId, &r.Instances[i])
		}
	}
	addAll(&a.storage.volumes, e.Volumes, func(v *types.Volume) *string { return v.VolumeId })
	addAll(&a.network.subnets, e.Subnets, func(s *types.Subnet) *string { return s.SubnetId })
	addAll(&a.network.acls, e.NetworkAcls, func(n *types.NetworkAcl) *string { return n.NetworkAclId })
	addAll(&a.network.vpcs, e.Vpcs, func(v *types.Vpc) *string { return v.VpcId })
	addAll(&a.network.groups, e.SecurityGroups, func(g *types.SecurityGroup) *string { return g.GroupId })
	addAll(&a.network.routeTables, e.RouteTables, func(t *types.RouteTable) *string { return t.RouteTableId })
	addAll(&a.network.gateways, e.InternetGateways, func(g *types.InternetGateway) *string { return g.InternetGatewayId })
	for _, s := range e.Subnets {
		if _, ok := a.network.vpcs.get(*s.VpcId); !ok {
			a.network.vpcs.add(*s.VpcId, &types.Vpc{VpcId: s.VpcId, OwnerId: s.OwnerId})
		}
	}
	a.network.unknown = unknowns{
		vpcs: raw["Vpcs"] == nil, groups: raw["SecurityGroups"] == nil,
		routes: raw["RouteTables"] == nil, gateways: raw["InternetGateways"] == nil,
	}
}

func addAll[T any](to *collection[T], items []T, id func(*T) *string) {
	for i := range items {
		to.add(*id(&items[i]), &items[i])
	}
}
