/** Every primitive in both themes, to look at while changing one. */
import { Bell, Inbox } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Accordion, AccordionSection } from "./accordion.tsx";
import { Avatar } from "./avatar.tsx";
import { Badge, ChannelBadge } from "./badge.tsx";
import { Button, IconButton, Kbd } from "./button.tsx";
import { Checkbox } from "./checkbox.tsx";
import { Command, CommandGroup, CommandItem } from "./command.tsx";
import { Confirm } from "./confirm.tsx";
import { Dialog } from "./dialog.tsx";
import { Field, Input, Textarea } from "./field.tsx";
import { FormProblem } from "./form-problem.tsx";
import { Menu, MenuItem, MenuLine, MenuTitle } from "./menu.tsx";
import { Popover } from "./popover.tsx";
import { Select } from "./select.tsx";
import { Skeleton } from "./skeleton.tsx";
import { Empty, Failed } from "./state.tsx";
import { Switch } from "./switch.tsx";
import { Head, SortHead, Table } from "./table.tsx";
import { Tabs } from "./tabs.tsx";
import { useToast } from "./toast.tsx";
import { Tooltip } from "./tooltip.tsx";

type Open = "dialog" | "sheet" | "palette" | "confirm" | null;

export function Showcase() {
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  return (
    <main className="min-h-dvh bg-canvas p-6">
      <h1 className="mb-4 text-xl font-[650] tracking-tight">Primitives</h1>
      <div className="grid grid-cols-2 gap-6 max-lg:grid-cols-1">
        {(["light", "dark"] as const).map((theme) => (
          <div key={theme} data-theme={theme} className="rounded-lg border bg-surface p-5 text-ink">
            <h2 className="mb-4 text-lg font-semibold">{theme === "light" ? "Light" : "Dark"}</h2>
            <Primitives theme={theme} show={setOpen} />
          </div>
        ))}
      </div>
      <Dialog open={open === "dialog"} onClose={close} title="A dialog" about="One sentence about it.">
        <p>What it is for.</p>
      </Dialog>
      <Dialog open={open === "sheet"} onClose={close} place="side" title="A sheet">
        <p>More room, for forms.</p>
      </Dialog>
      {open === "confirm" && (
        <Confirm title="Remove the kiln?" act="Remove" busy={false} problem={null} onConfirm={close} onClose={close}>
          What follows from it stands here.
        </Confirm>
      )}
      <Command open={open === "palette"} onClose={close} label="Palette" placeholder="Type a few letters">
        <CommandGroup title="Go to">
          <CommandItem onSelect={close}>
            <Inbox aria-hidden /> Inbox
          </CommandItem>
        </CommandGroup>
      </Command>
    </main>
  );
}

const Row = ({ name, children }: { name: string; children: ReactNode }) => (
  <div className="grid grid-cols-[7rem_minmax(0,1fr)] items-start gap-3 border-t py-3">
    <h3 className="text-sm text-ink-3">{name}</h3>
    <div className="flex flex-wrap items-center gap-2">{children}</div>
  </div>
);

const AGENTS = [
  { value: "clay", label: "Clay" },
  { value: "glaze", label: "Glaze" },
];

function Primitives({ theme, show }: { theme: string; show(open: Open): void }) {
  const say = useToast();
  const [on, setOn] = useState(true);
  const [agent, setAgent] = useState("clay");
  const [sections, setSections] = useState(["brand"]);
  const [up, setUp] = useState(true);
  return (
    <div>
      <Row name="Button">
        <Button>Plain</Button>
        <Button look="primary">Primary</Button>
        <Button look="quiet">Quiet</Button>
        <Button look="danger">Danger</Button>
        <Button reason="Write something first.">Can’t act</Button>
        <Button look="primary" busy>
          Busy
        </Button>
        <IconButton label="Ring" hint="R">
          <Bell aria-hidden />
        </IconButton>
        <Kbd>⌘K</Kbd>
      </Row>
      <Row name="Badge">
        <ChannelBadge channel="sms" />
        <ChannelBadge channel="whatsapp" />
        <ChannelBadge channel="instagram" />
        <ChannelBadge channel="webchat" />
        <Badge tone="accent">Agent answering</Badge>
        <Badge tone="warn">Needs a look</Badge>
        <Badge tone="bad">Not delivered</Badge>
        <Badge>Unassigned</Badge>
      </Row>
      <Row name="Avatar">
        <Avatar name="Dana Okafor" />
        <Avatar name="+44 7700 900182" />
        <Avatar name="Dana Okafor" large />
      </Row>
      <Row name="Field">
        <div className="grid w-full gap-3">
          <Field label="Name" help="What your team calls it.">
            {(field) => <Input {...field} defaultValue="Studio line" />}
          </Field>
          <Field label="Phone number" error="Must be a phone number with its country code.">
            {(field) => <Input {...field} defaultValue="555" />}
          </Field>
          <Field label="Answer">{(field) => <Textarea {...field} rows={2} defaultValue="Ten to six." />}</Field>
          <Field label="Agent">
            {(field) => <Select {...field} value={agent} choices={AGENTS} onChange={setAgent} />}
          </Field>
          <FormProblem>Twilio can’t be reached at the moment. Try again shortly.</FormProblem>
        </div>
      </Row>
      <Row name="Choice">
        <Checkbox checked={on} onChange={setOn}>
          Unread only
        </Checkbox>
        <Switch label={`Active (${theme})`} checked={on} onChange={setOn} />
      </Row>
      <Row name="Floating">
        <Menu trigger={<Button>Menu</Button>}>
          <MenuTitle>Assign to</MenuTitle>
          <MenuItem checked onSelect={() => {}}>
            Lena
          </MenuItem>
          <MenuLine />
          <MenuItem danger onSelect={() => {}}>
            Nobody
          </MenuItem>
        </Menu>
        <Popover label="Sources" trigger={<Button>Popover</Button>}>
          What this answer rests on.
        </Popover>
        <Tooltip text="Words on hover and focus">
          <Button>Tooltip</Button>
        </Tooltip>
        <Button onClick={() => show("dialog")}>Dialog</Button>
        <Button onClick={() => show("sheet")}>Sheet</Button>
        <Button onClick={() => show("confirm")}>Confirm</Button>
        <Button onClick={() => show("palette")}>Command</Button>
        <Button onClick={() => say("Resolved.", { act: { name: "Undo", run: () => {} } })}>Toast</Button>
        <Button onClick={() => say("Parley can’t be reached.", { bad: true })}>Bad toast</Button>
      </Row>
      <Row name="Tabs">
        <Tabs
          label="Ways"
          value={agent}
          onChange={setAgent}
          tabs={AGENTS.map(({ value, label }) => ({ value, label, content: `What ${label} does.` }))}
        />
      </Row>
      <Row name="Accordion">
        <div className="w-full">
          <Accordion open={sections} onOpen={setSections}>
            <AccordionSection name="brand" title="Brand" filled>
              Who the business is.
            </AccordionSection>
            <AccordionSection name="campaign" title="Campaign" filled={false}>
              What it sends.
            </AccordionSection>
          </Accordion>
        </div>
      </Row>
      <Row name="Table">
        <Table
          label={`Kilns (${theme})`}
          head={
            <>
              <SortHead sorted={up ? "ascending" : "descending"} onSort={() => setUp(!up)}>
                Kiln
              </SortHead>
              <Head>Heat</Head>
            </>
          }
        >
          <tr className="border-b">
            <td className="h-10">Front</td>
            <td className="tabular">1,240 °C</td>
          </tr>
        </Table>
      </Row>
      <Row name="Skeleton">
        <Skeleton className="h-4 w-40" />
      </Row>
      <Row name="States">
        <Empty title="No conversations yet">As soon as a customer texts you, their words appear here.</Empty>
        <Failed again={() => {}}>Parley can’t be reached at the moment.</Failed>
      </Row>
    </div>
  );
}
