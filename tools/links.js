/** @file Follows every relative link and anchor of the hand-written Markdown files. */
import { existsSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { command } from './house/command.js';
import { root } from './house/bootstrap.js';

const withoutCode = (/** @type {string} */ text) => text.replace(/^(```|~~~)[\s\S]*?^\1/gm, '').replace(/`[^`\n]*`/g, '');

/** Anchors as GitHub makes them from headings. */
const anchors = (/** @type {string} */ text) =>
  new Set(
    [...text.matchAll(/^#{1,6} +(.+)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .trim()
        .replaceAll(' ', '-'),
    ),
  );

const files = (await command('git', ['ls-files', '--cached', '--others', '--exclude-standard', '--', '*.md']))
  .split('\n')
  .filter((file) => file !== '' && !file.startsWith('.changeset/') && existsSync(root + file));

/** @type {string[]} */
const broken = [];
let links = 0;
for (const file of files) {
  const text = readFileSync(root + file, 'utf8');
  for (const [, href = ''] of withoutCode(text).matchAll(/\]\(([^)\s]+)(?: "[^"]*")?\)/g)) {
    if (/^[a-z][a-z+.-]*:/i.test(href)) continue;
    links += 1;
    const [path = '', anchor] = href.split('#');
    const target = path === '' ? file : posix.join(posix.dirname(file), decodeURI(path));
    if (!existsSync(root + target)) broken.push(`${file}: ${href} leads nowhere`);
    else if (anchor !== undefined && target.endsWith('.md') && !anchors(readFileSync(root + target, 'utf8')).has(anchor)) {
      broken.push(`${file}: ${target} has no heading for #${anchor}`);
    }
  }
}
for (const line of broken) console.log(line);
console.log(`${links} links in ${files.length} files, ${broken.length} broken`);
process.exitCode = broken.length > 0 ? 1 : 0;
