package estate

import (
	"encoding/json"
	"fmt"
	"hash/crc32"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
)

// names translates between IDs and names.
type names struct {
	mu    sync.Mutex
	pairs pairs
	made  map[int]object // answers of CreateNetworkAcl calls, by the call's Seq
	texts map[int]string // texts of calls, with IDs, by Seq
	last  known
}

// known is all names at one moment.
type known struct {
	effects, fixed int // the number of effects and of given names at that moment
	pairs          pairs
	*strings.Replacer
}

// pairs are IDs, each followed by its name, as strings.NewReplacer takes them.
type pairs []string

func (p pairs) at(text string, offset int) (other string, ok bool) {
	for i := offset; i < len(p); i += 2 {
		if p[i] == text {
			return p[i^1], true
		}
	}
	return "", false
}

func (p pairs) name(id string) (string, bool) { return p.at(id, 0) }

func (p pairs) id(name string) (string, bool) { return p.at(name, 1) }

func (n *names) add(id, name string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.pairs = append(n.pairs, id, name)
}

// ID returns the ID for a name, and makes one for a new name.
func (e *Estate) ID(name string) string {
	if id, known := e.known().pairs.id(name); known {
		return id
	}
	kind, rest, _ := strings.Cut(name, "-")
	number, err := strconv.ParseUint(rest, 16, 32) // such names sort like their IDs
	if err != nil {
		number = uint64(crc32.ChecksumIEEE([]byte(name)))
	}
	id := fmt.Sprintf("%s-%08x", kind, number)
	e.names.add(id, name)
	return id
}

// known returns all names, including those of resources created during the test: the
// quarantine ACLs of vpc-1 are acl-q1, acl-q2 and so on, those of vpc-2 acl-x1, and
// subnet-a's associations subnet-a/1, subnet-a/2.
func (e *Estate) known() known {
	effects := e.Effects()
	e.names.mu.Lock()
	defer e.names.mu.Unlock()
	if last := e.names.last; last.effects != effects || last.fixed != len(e.names.pairs) || last.Replacer == nil {
		all := e.withAssociations(e.withMade(slices.Clone(e.names.pairs)))
		e.names.last = known{effects, len(e.names.pairs), all, strings.NewReplacer(all...)}
	}
	return e.names.last
}

func (e *Estate) withMade(all pairs) pairs {
	count := map[string]int{}
	for _, c := range e.Account.Calls() {
		if c.Operation != "CreateNetworkAcl" || c.Effect == nil {
			continue
		}
		made := e.names.answer(c)
		id, vpc := made.text("NetworkAclId"), made.text("VpcId")
		if _, again := all.name(id); !again { // the same client token returns the same ACL
			count[vpc]++
			in, _ := all.name(vpc)
			all = append(all, id, fmt.Sprint(madeIn[in], count[vpc]))
		}
	}
	return all
}

func (e *Estate) withAssociations(all pairs) pairs {
	count := map[string]int{}
	note := func(subnet, association string) {
		if _, again := all.name(association); !again {
			count[subnet]++
			name, _ := all.name(subnet)
			all = append(all, association, fmt.Sprintf("%s/%d", name, count[subnet]))
		}
	}
	for _, s := range subnets {
		if id, known := all.id(s.name); known && e.first[id] != "" {
			note(id, e.first[id])
		}
	}
	for _, c := range e.Changes() {
		note(c.Subnet, c.ToAssociation)
	}
	return all
}

// madeIn is the prefix of a quarantine ACL's name, by VPC.
var madeIn = map[string]string{"vpc-1": "acl-q", "vpc-2": "acl-x"}

// answer is the ACL that a CreateNetworkAcl call returned. The caller holds mu.
func (n *names) answer(c account.Call) object {
	if made, known := n.made[c.Seq]; known {
		return made
	}
	printed, _ := account.Printed(c.Effect.Answer).(map[string]any)
	made, _ := printed["NetworkAcl"].(map[string]any)
	n.made[c.Seq] = made
	return made
}

// Text replaces IDs by names.
func (e *Estate) Text(s string) string { return e.known().Replace(s) }

// Named returns a copy of a value with names in place of IDs.
func Named[T any](e *Estate, v T) (out T) {
	encoded, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	if err := json.Unmarshal([]byte(e.Text(string(encoded))), &out); err != nil {
		panic(err)
	}
	return out
}
