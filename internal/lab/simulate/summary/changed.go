package summary

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
)

// changed writes what is different in the account from before the events, a line for each thing. Ids
// of associations differ after every change, and mean nothing.
func (s *Summary) changed(r *simulate.Report) {
	was, is := settings(r.Account.NetworkACLsBefore, r.Account.AttributesBefore), settings(r.Account.NetworkACLs, r.Account.Attributes)
	things := maps.Clone(was)
	maps.Copy(things, is)
	var lines []string
	for _, id := range slices.Sorted(maps.Keys(things)) {
		if changes := differences(was[id], is[id]); len(changes) > 0 {
			lines = append(lines, id+": "+strings.Join(changes, ", "))
		}
	}
	lines = append(lines, policies("role", r.Account.RolesBefore.Policies, r.Account.Roles.Policies)...)
	lines = append(lines, policies("user", r.Account.RolesBefore.Users, r.Account.Roles.Users)...)
	lines = append(lines, launched(r.Account)...)
	s.heading("What is different in the account")
	if len(lines) == 0 {
		lines = []string{"nothing: subnets, instances, interfaces, groups, keys and policies are as they were"}
	}
	for _, line := range lines {
		fmt.Fprintln(s.w, s.st.Wrap(line, 2))
	}
}

// settings are what can be set on things, by their ids: their attributes, and the network ACL of a
// subnet.
func settings(acls []any, attributes map[string]map[string]string) map[string]map[string]string {
	out := maps.Clone(attributes)
	for _, printed := range acls {
		acl, _ := printed.(map[string]any)
		associations, _ := acl["Associations"].([]any)
		for _, printed := range associations {
			at, _ := printed.(map[string]any)
			out[fmt.Sprint(at["SubnetId"])] = map[string]string{"network ACL": fmt.Sprint(acl["NetworkAclId"])}
		}
	}
	return out
}

func differences(was, is map[string]string) (changes []string) {
	names := maps.Clone(was)
	if names == nil {
		names = map[string]string{}
	}
	maps.Copy(names, is)
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if was[name] != is[name] {
			changes = append(changes, fmt.Sprintf("%s %s (was %s)", name, cmp.Or(is[name], "none"), cmp.Or(was[name], "none")))
		}
	}
	return changes
}

// policies are the inline policies of roles or users that came, went or say something else. Their
// documents are too long for a line.
func policies(kind string, was, is map[string]map[string]string) (lines []string) {
	things := maps.Clone(is)
	if things == nil {
		things = map[string]map[string]string{}
	}
	for id := range was {
		things[id] = is[id]
	}
	for _, id := range slices.Sorted(maps.Keys(things)) {
		var changes []string
		for name, c := range compared(was[id], is[id]) {
			changes = append(changes, "inline policy "+name+" "+c)
		}
		if slices.Sort(changes); len(changes) > 0 {
			lines = append(lines, kind+" "+id+": "+strings.Join(changes, ", "))
		}
	}
	return lines
}

// compared says of each document whether it was added, removed or changed.
func compared(was, is map[string]string) map[string]string {
	out := map[string]string{}
	for name, document := range is {
		if before, there := was[name]; !there {
			out[name] = "added"
		} else if before != document {
			out[name] = "changed"
		}
	}
	for name := range was {
		if _, there := is[name]; !there {
			out[name] = "removed"
		}
	}
	return out
}

// launched are the instances that groups have launched.
func launched(a simulate.Account) (lines []string) {
	for _, group := range slices.Sorted(maps.Keys(a.Groups)) {
		var added []string
		for _, id := range slices.Sorted(maps.Keys(a.Groups[group])) {
			if _, before := a.GroupsBefore[group][id]; !before {
				added = append(added, id+" "+a.Groups[group][id])
			}
		}
		if len(added) > 0 {
			lines = append(lines, fmt.Sprintf("Auto Scaling group %s launched a replacement: %s", group, strings.Join(added, ", ")))
		}
	}
	return lines
}
