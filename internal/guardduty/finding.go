package guardduty

import (
	"bytes"
	"encoding/json"
	"math"
	"slices"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/arn"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// finding reads the event's detail.
func (r *reader) finding(ev object) quarantine.Finding {
	d := ev.child("detail")
	told := d.decoration()
	f := quarantine.Finding{
		ID:           d.id("id", "the finding's id", isToken),
		Type:         d.id("type", "a finding type such as Backdoor:EC2/Spambot", isType),
		Title:        told.text("title"),
		Description:  told.text("description"),
		Severity:     d.severity(),
		AccountID:    d.id("accountId", wantAccount, isAccount),
		Region:       d.id("region", wantRegion, isRegion),
		Partition:    told.hint("partition", arn.IsPartition),
		ResourceType: d.need("resource").id("resourceType", "a resource type such as Instance", isToken),
		CreatedAt:    d.time("createdAt"),
		UpdatedAt:    d.time("updatedAt"),
		Instances:    []quarantine.AccusedInstance{},
	}
	f.EnvelopeAccountID = ev.idIfThere("account", wantAccount, isAccount)
	f.EventTime = ev.time("time")
	f.Replay = ev.decoration().text("replay-name")
	service(d.need("service"), &f) // required: service says whether the finding is a sample
	switch f.ResourceType {
	case quarantine.ResourceInstance:
		f.Instances = append(f.Instances, instance(d.child("resource").need("instanceDetails")))
	case quarantine.ResourceAttackSequence:
		f.Instances = sequence(d.child("service").child("detection").child("sequence"), f)
	default:
		f.Instances = append(f.Instances, host(d.child("resource"))...)
		if len(f.Instances) == 0 && f.ResourceType == quarantine.ResourceAccessKey {
			f.Key = key(d.child("resource"))
		}
	}
	f.LeftOut = r.leftOut()
	return f
}

// severity is from 1.0 to 10.0:
// https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings-severity.html
func (o object) severity() float64 {
	const want = "a number above 0 and up to 10"
	n, there := o.number("severity")
	switch {
	case !there:
		o.r.fail(o.at("severity"), want, "missing")
	case n <= 0 || n > 10:
		o.r.fail(o.at("severity"), want, describe(o.fields["severity"]))
	}
	return n
}

// service reads the fields of detail.service other than the instances.
func service(s object, f *quarantine.Finding) {
	info := s.additionalInfo()
	f.Archived = s.flag("archived")
	f.Sample = info.flag("sample") || sampleInValue(info)
	f.Count = s.count()
	told := s.decoration()
	f.DetectorID = told.text("detectorId")
	f.LastSeen = s.lastSeen()
	deciding := told
	if !sideIsKnown(f.Type) {
		deciding = s // the side of the instance hangs on them
	}
	f.Role = deciding.text("resourceRole")
	action := deciding.child("action")
	f.ActionType = action.text("actionType")
	f.Direction = action.child("networkConnectionAction").text("connectionDirection")
	f.Remote = few(append(remote(told.child("action")), endpoints(told)...))
	f.ThreatNames = few(threats(told, info.decoration()))
}

// additionalInfo reads the object that marks samples. A tool between may have made text
// of it, which is read. What cannot be read is left out if it does not speak of samples;
// else it is a fault, because a sample must never lead to a cut.
func (o object) additionalInfo() object {
	const name = "additionalInfo"
	v, _ := o.get(name)
	if text, isText := v.(string); isText {
		if inner, bad := decode([]byte(text)); bad == nil {
			v = inner
		}
	}
	fields, ok := v.(map[string]any)
	if whole, _ := json.Marshal(v); v != nil && !ok {
		if bytes.Contains(bytes.ToLower(whole), []byte("sample")) {
			o.r.fail(o.at(name), "an object", describe(v))
		} else {
			o.r.leave(o.at(name), "an object", describe(v))
		}
	}
	return object{r: o.r, path: o.at(name), fields: fields}
}

// sampleInValue reads additionalInfo.value, where GuardDuty repeats the additional
// information as JSON text. Either place marks a finding as a sample, because a
// sample must never lead to a cut.
func sampleInValue(info object) bool {
	value, _ := info.fields["value"].(map[string]any)
	if text, isText := info.fields["value"].(string); isText && json.Unmarshal([]byte(text), &value) != nil {
		return false
	}
	return value["sample"] == true
}

// count reads a whole number; the state machine may have written it as 1e3.
func (o object) count() int {
	n, there := o.number("count")
	switch {
	case !there:
		return 1
	case n < 1 || n > math.MaxInt32 || n != math.Trunc(n):
		o.r.fail(o.at("count"), "a whole number from 1", describe(o.fields["count"]))
	}
	return int(n)
}

// remote returns the remote addresses and names of the finding's action.
func remote(action object) []string {
	out := []string{action.child("dnsRequestAction").text("domain")}
	for _, name := range []string{"networkConnectionAction", "awsApiCallAction"} {
		out = append(out, addresses(action.child(name))...)
	}
	for _, probe := range action.child("portProbeAction").children("portProbeDetails") {
		out = append(out, addresses(probe)...)
	}
	return out
}

func addresses(o object) []string {
	ip := o.child("remoteIpDetails")
	return []string{ip.text("ipAddressV4"), ip.text("ipAddressV6")}
}

// endpoints returns the remote addresses and names of an attack sequence.
func endpoints(s object) []string {
	var out []string
	for _, e := range s.child("detection").child("sequence").children("endpoints") {
		out = append(out, e.text("domain"), e.text("ip"))
	}
	return out
}

// threats collects the names that threat intelligence and malware scans report.
func threats(s, info object) []string {
	out := []string{info.text("threatName")}
	for _, d := range s.child("evidence").children("threatIntelligenceDetails") {
		out = append(out, d.texts("threatNames")...)
	}
	found := s.child("ebsVolumeScanDetails").child("scanDetections").child("threatDetectedByName")
	for _, t := range append(found.children("threatNames"), s.child("malwareScanDetails").children("threats")...) {
		out = append(out, t.text("name"))
	}
	return out
}

// few returns the first names that are not empty, without duplicates.
func few(names []string) []string {
	var out []string
	for _, n := range names {
		if strings.TrimSpace(n) != "" && !slices.Contains(out, n) && len(out) < maxNames {
			out = append(out, n)
		}
	}
	return out
}
