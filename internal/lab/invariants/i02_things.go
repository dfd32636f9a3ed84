package invariants

import (
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
	"github.com/ec2-quarantine/quarantine/internal/measure/register"
)

// changed is a thing that a call of a further measure changes: an instance, an interface, or a role
// for an instance.
type changed struct {
	measure  string
	thing    string // as a hold names it; of a role its name alone
	instance string // of a role: the one that its policy is about
}

// measureOf names the measure that changes something by an operation.
var measureOf = func() map[string]string {
	out := map[string]string{}
	for _, m := range register.Further() {
		for _, operation := range m.Changes() {
			out[operation] = m.Name
		}
	}
	return out
}()

// changedBy are the things that a call changes; none for one that makes or empties a group.
func changedBy(call simulate.Call) (out []changed) {
	var in struct {
		InstanceID         string   `json:"InstanceId"`
		NetworkInterfaceID string   `json:"NetworkInterfaceId"`
		InstanceIDs        []string `json:"InstanceIds"`
		RoleName           string
		PolicyName         string
	}
	measure := measureOf[call.Operation]
	if measure == "" {
		return nil
	}
	printed(call.Input, &in)
	for _, id := range append(in.InstanceIDs, in.InstanceID, in.NetworkInterfaceID) {
		if id != "" {
			out = append(out, changed{measure: measure, thing: id})
		}
	}
	if in.RoleName != "" {
		out = append(out, changed{measure: measure, thing: in.RoleName, instance: strings.TrimPrefix(in.PolicyName, policyPrefix)})
	}
	return out
}

// policyPrefix begins the names of the product's inline policies; the instance's id follows.
const policyPrefix = "ec2-quarantine-"

// onlyAccusedThingsChange is I2 of groups and roles: what stands by, or is put in service, is an
// accused instance, and a role of one alone is changed, by the policy that is about it.
func (c *check) onlyAccusedThingsChange() {
	for _, call := range c.r.Calls {
		if call.Service == "ec2" || !call.Applied || call.Effect == nil || call.Function == "person" {
			continue
		}
		for _, of := range changedBy(call) {
			switch {
			case of.instance == "" && !c.isAccused(of.thing):
				c.breaks("I2", "%s called %s on %s, which is not accused", call.Execution, call.Operation, of.thing)
			case of.instance != "" && (!c.isAccused(of.instance) || !c.hasRole(of.instance, of.thing)):
				c.breaks("I2", "%s called %s for %s on the role %s, which is not the role of an accused instance", call.Execution, call.Operation, of.instance, of.thing)
			}
		}
	}
}

func (c *check) isAccused(instance string) bool {
	_, accused := c.w.Accused[instance]
	return accused
}

// hasRole tells whether the role was the instance's before, or is after.
func (c *check) hasRole(instance, role string) bool {
	return c.r.Account.RolesBefore.Of[instance] == role || c.r.Account.Roles.Of[instance] == role
}
