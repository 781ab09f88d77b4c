package scenarios_test
import ("testing";"strings";"time";"fmt";"kycmock/scenarios")
func TestPerf(t *testing.T){
 H:="name: s\nwhy: x\nprovider: uqudo\nsteps:\n"
 n:=1<<20
 fill:=func(s string) string { return strings.Repeat(s,(n-1000)/len(s)) }
 num:=func(head, a, b string) string { var s strings.Builder; s.WriteString(head); for i:=0; i<9000&&s.Len()<n-2000; i++ { fmt.Fprintf(&s,a,i); if b!="" {fmt.Fprintf(&s,b,i)}}; return s.String()}
 for name, text := range map[string]string{
  "steps": H+strings.Repeat("- advance: 5m\n",9999),
  "toomany": H+fill("- advance: 5m\n"),
  "bad": H+strings.Repeat("- advance: x\n",9999),
  "unknown": H+strings.Repeat("- adv: x\n",9999),
  "syntax": H+fill("- advance: x\n")+"   x\n",
  "flow": H+"- trigger: {event: face, data: {a: ["+fill("1,")+"]}}\n",
  "keys": num(H+"- trigger: {event: face, data: {","k%d: $a,","")+"}}\n",
  "long": H+"- trigger: {event: "+fill("e")+"}\n",
  "dollars": H+"- trigger: {event: "+fill("$a")+"}\n",
  "refs": H+"- trigger: {event: $"+fill("a.")+"a}\n",
  "open": H+"- trigger: "+fill("["),
  "openb": fill("{a: "),
  "many": num(H, "- trigger: {as: abcdefghijklmnopqrstuvwxyzabcdefghijkl%d, event: face}\n", "- wait: {delivery: xbcdefghijklmnopqrstuvwxyzabcdefg%d}\n"),
  "includes": num(H, "- include: {scenario: setup, vars: {who: x}, as: a%d}\n", ""),
  "comments": fill("#\n"),
  "comments2": H+strings.Repeat("- advance: 5m #x\n",9999),
  "faults": H+"- trigger: {event: face, faults: ["+fill("tampered,")+"]}\n",
  "faults2": H+"- trigger: {event: face, faults: ["+fill("x,")+"]}\n",
  "quest": fill("? "),
  "dashes": fill("- "),
  "tabs": fill("\t"),
  "parallel": H+"- parallel:\n"+strings.Repeat("  - advance: 5m\n",9999),
  "parallels": H+strings.Repeat("- parallel: [{trigger: {as: a, event: face}}]\n",9999),
  "re": H+"- judge: {that: x, delivery: x, attempt: 1, body: '"+fill("(a|b)")+"'}\n",
  "enum": H+"- expect: {delivery: x, sequence: ["+fill("2,")+"]}\n",
 }{
  start:=time.Now()
  _, err := scenarios.Known{Vendors: twoVendors(), Scenarios: others(t)}.Read("", []byte(text))
  msg:=fmt.Sprint(err); if len(msg)>100 {msg=msg[:100]}
  fmt.Printf("%-10s %8s %v\n", name, time.Since(start).Round(time.Millisecond), msg)
 }
}
