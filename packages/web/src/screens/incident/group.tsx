import { formatBytes } from "@heaptide/base";
import type { Finding } from "@heaptide/model";
import { Link } from "@tanstack/react-router";
import { formatCount, formatSigned, packageName, simpleName } from "../../format.ts";
import { Sparkline } from "../../parts/sparkline.tsx";
import { useClasses } from "./classes.ts";

const SHOWN = 8;

interface Props {
  readonly finding: Finding;
  readonly span: { readonly from: number; readonly to: number };
}

/** The classes whose counts keep a constant ratio to the root class: what each unit of the leak is made of. */
export function Group({ finding, span }: Props) {
  const { group, rootClass, process } = finding;
  const shown = group.slice(0, SHOWN);
  const courses = useClasses(
    process.key,
    shown.map((member) => member.class),
    span,
  );
  const rest = group.slice(SHOWN);
  return (
    <section className="panel c7">
      <h2>What grows together</h2>
      {group.length === 0 ? (
        <p className="muted">No class is known to grow with it yet.</p>
      ) : (
        <div className="scroll-x" tabIndex={0} role="group" aria-label="Table">
          <table className="group-table">
            <thead>
              <tr>
                <th>class</th>
                <th className="r">each</th>
                <th className="r">instances</th>
                <th className="r">since onset</th>
                <th className="r">bytes</th>
                <th className="trend">count</th>
              </tr>
            </thead>
            <tbody>
              {shown.map((member) => {
                const course = courses.get(member.class);
                const isRoot = member.class === rootClass;
                return (
                  <tr key={member.class}>
                    <td className="mono" title={member.class}>
                      {!isRoot && <span className="tiny">└ </span>}
                      <span className={isRoot ? "root" : ""}>
                        {isRoot && <span className="tiny">{packageName(member.class)}.</span>}
                        {simpleName(member.class)}
                      </span>
                    </td>
                    <td className="r">{formatCount(Math.round(member.ratio * 100) / 100)}</td>
                    <td className="r">{course ? formatCount(course.instances.at(-1)!) : ""}</td>
                    <td className="r up">{formatSigned(member.instances)}</td>
                    <td className="r">{formatBytes(member.bytes)}</td>
                    <td className="trend">
                      {course && <Sparkline values={course.instances} width={130} height={20} label={`count of ${member.class}`} />}
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      )}
      <p className="tiny">
        {rest.length > 0 &&
          `${rest.length} more classes grow along, with ${formatBytes(rest.reduce((sum, { bytes }) => sum + bytes, 0))}. `}
        <Link to="/instances" search={{ process: process.key }} className="link no-export">
          All classes
        </Link>
      </p>
    </section>
  );
}
