// Package load reads the AWS command line's output about a network.
package load

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/ec2"
)

// Error lists everything that is wrong with an account's description.
type Error struct{ Problems []string }

func (e *Error) Error() string {
	return "the account's description cannot be used:\n  " + strings.Join(e.Problems, "\n  ")
}

// Account is the content of a description.
type Account struct {
	ID, Region string // "" if the description does not say
	Resources  ec2.Description
	Groups     []Group
	Profiles   []Profile
}

// export is the merged output of the command line's describe commands.
type export struct {
	Reservations     []types.Reservation
	Subnets          []types.Subnet
	NetworkAcls      []types.NetworkAcl
	Volumes          []types.Volume
	Vpcs             []types.Vpc
	SecurityGroups   []types.SecurityGroup
	RouteTables      []types.RouteTable
	InternetGateways []types.InternetGateway
	Interfaces       []types.NetworkInterface
	ScalingGroups    []scalingGroup
	Profiles         []instanceProfile
}

// member is one list of the description.
type member struct {
	into    any
	command string // the command that prints it
	must    bool   // required: without it the account is inconsistent
	strict  bool   // an unknown field could change the meaning of a rule or route
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

		"NetworkInterfaces": {&e.Interfaces, "describe-network-interfaces", false, false},
		"AutoScalingGroups": {&e.ScalingGroups, "describe-auto-scaling-groups", false, false},
		"InstanceProfiles":  {&e.Profiles, "list-instance-profiles", false, false},
	}
}

// JSON reads an account from one JSON object that merges output of the command line: Reservations,
// Subnets, NetworkAcls and Volumes of "aws ec2 describe-instances", "describe-subnets",
// "describe-network-acls" and "describe-volumes"; and, in order to know reachability, Vpcs,
// SecurityGroups, RouteTables and InternetGateways likewise; in order to know what services have in
// the subnets, and the branches of trunk interfaces, NetworkInterfaces; AutoScalingGroups of "aws
// autoscaling describe-auto-scaling-groups"; and InstanceProfiles of "aws iam
// list-instance-profiles". All problems are reported at once, in an *Error.
//
// about are the instances for which it is read: what has nothing to do with them is left
// out, whatever it is like. With none, or if none of them is described, all of it is kept.
func JSON(r io.Reader, about ...string) (Account, error) {
	var raw map[string]json.RawMessage
	if err := json.NewDecoder(r).Decode(&raw); err != nil {
		return Account{}, fmt.Errorf("the account's description is not a JSON object: %w", unlike(err))
	}
	var e export
	problems := e.decode(raw)
	if len(problems) == 0 {
		e.leaveOut(about)
		problems = e.check(raw)
	}
	if len(problems) > 0 {
		return Account{}, &Error{Problems: problems}
	}
	return e.account(raw), nil
}

func (e *export) decode(raw map[string]json.RawMessage) []string {
	var problems []string
	members := e.members()
	for _, name := range slices.Sorted(maps.Keys(raw)) {
		m, known := members[name]
		if !known {
			problems = append(problems, fmt.Sprintf("%s: not understood; %s are", name, strings.Join(slices.Sorted(maps.Keys(members)), ", ")))
			continue
		}
		list, wrong := times(name, raw[name], reflect.TypeOf(m.into))
		if len(wrong) > 0 {
			problems = append(problems, wrong...)
			continue
		}
		d := json.NewDecoder(bytes.NewReader(list))
		if m.strict {
			d.DisallowUnknownFields()
		}
		if err := d.Decode(m.into); err != nil {
			problems = append(problems, fmt.Sprintf("%s: %v", name, explain(err)))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		if _, given := raw[name]; !given && members[name].must {
			problems = append(problems, fmt.Sprintf("%s: missing; add what \"aws ec2 %s\" prints", name, members[name].command))
		}
	}
	return problems
}

// unlike says what stands there in place of an object.
func unlike(err error) error {
	var wrong *json.UnmarshalTypeError
	switch {
	case errors.Is(err, io.EOF):
		return errors.New("it is empty")
	case errors.As(err, &wrong):
		return fmt.Errorf("it is of the kind %s", wrong.Value)
	}
	return err
}

// explain adds the field that has JSON of the wrong type.
func explain(err error) error {
	var wrong *json.UnmarshalTypeError
	switch {
	case errors.As(err, &wrong) && wrong.Field == "":
		return fmt.Errorf("should be a list, but is a %s", wrong.Value)
	case errors.As(err, &wrong):
		return fmt.Errorf("field %s is a %s", wrong.Field, wrong.Value)
	}
	return err
}

var zoneForm = regexp.MustCompile(`^([a-z]+(?:-[a-z]+)+-[0-9]+)`)

// account converts a checked description.
func (e *export) account(raw map[string]json.RawMessage) Account {
	a := Account{Groups: e.groups(), Profiles: e.profiles(), Resources: ec2.Description{
		Volumes: pointers(e.Volumes), Subnets: pointers(e.Subnets), NetworkACLs: pointers(e.NetworkAcls),
		VPCs: pointers(e.Vpcs), SecurityGroups: pointers(e.SecurityGroups),
		RouteTables: pointers(e.RouteTables), InternetGateways: pointers(e.InternetGateways), Interfaces: pointers(e.Interfaces),
		Unknown: ec2.Unknown{
			VPCs: raw["Vpcs"] == nil, SecurityGroups: raw["SecurityGroups"] == nil,
			RouteTables: raw["RouteTables"] == nil, InternetGateways: raw["InternetGateways"] == nil,
		},
	}}
	for _, r := range e.Reservations {
		if a.ID == "" {
			a.ID = aws.ToString(r.OwnerId)
		}
		a.Resources.Instances = append(a.Resources.Instances, pointers(r.Instances)...)
	}
	for _, s := range e.Subnets {
		if a.ID == "" { // the owner of a subnet may share it with the instances' account
			a.ID = aws.ToString(s.OwnerId)
		}
		if a.Region == "" {
			a.Region = zoneForm.FindString(aws.ToString(s.AvailabilityZone))
		}
	}
	return a
}

func pointers[T any](items []T) []*T {
	var out []*T
	for i := range items {
		out = append(out, &items[i])
	}
	return out
}
