/**
 * Names in Latin letters, for programs that open no others: how a person who writes them would, not a scholar. Hangul by
 * the Revised Romanization, syllable by syllable; Chinese in pinyin without tones; Russian and its neighbors; kana.
 * What is in none of these stays as it is.
 */
export function latin(name: string): string {
  return Array.from(name.normalize('NFC'), letter).join('').normalize('NFKD').replace(/\p{M}/gu, '');
}

function letter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code >= 0xac00 && code <= 0xd7a3) return hangul(code - 0xac00);
  if (code >= 0x4e00 && code <= 0x9fff) return pinyin(character);
  // Katakana is 96 places behind hiragana.
  const kana = code >= 0x30a1 && code <= 0x30f6 ? String.fromCodePoint(code - 0x60) : character;
  const lower = kana.toLowerCase();
  const known = LETTERS.get(lower);
  if (known === undefined) return character;
  return kana === lower ? known : known.charAt(0).toUpperCase() + known.slice(1);
}

const INITIALS = ['g', 'kk', 'n', 'd', 'tt', 'r', 'm', 'b', 'pp', 's', 'ss', '', 'j', 'jj', 'ch', 'k', 't', 'p', 'h'];
const VOWELS = 'a ae ya yae eo e yeo ye o wa wae oe yo u wo we wi yu eu ui i'.split(' ');
const FINALS = ',k,k,k,n,n,n,t,l,k,m,l,l,l,p,l,m,p,p,t,t,ng,t,t,k,t,p,t'.split(',');

/** Unicode composes syllables of 19 initials, 21 vowels and 28 finals, the empty one first. */
function hangul(position: number): string {
  const parts = [
    INITIALS[Math.floor(position / (21 * 28))],
    VOWELS[Math.floor(position / 28) % 21],
    FINALS[position % 28],
  ];
  return parts.join('');
}

const BY_PINYIN = new Intl.Collator('zh-u-co-pinyin');

/** The syllable whose first character in this order is the last not behind the one asked for. */
function pinyin(character: string): string {
  let from = 0;
  let to = FIRST_CHARACTERS.length - 1;
  while (from < to) {
    const middle = Math.ceil((from + to) / 2);
    if (BY_PINYIN.compare(FIRST_CHARACTERS[middle] ?? '', character) <= 0) from = middle;
    else to = middle - 1;
  }
  return SYLLABLES[from] ?? '';
}

const LETTERS: ReadonlyMap<string, string> = new Map(
  [
    // Russian, Ukrainian, Belarusian, Serbian
    'аa бb вv гg дd еe ёyo жzh зz иi йy кk лl мm нn оo пp рr сs тt уu фf хkh цts чch шsh щshch ъ ыy ьэe юyu яya',
    'єye іi їyi ґg ўu ђdj јj љlj њnj ћc џdz',
    // Latin letters that are more than a base and a mark
    'ßss æae œoe øo łl đd ðd þth ıi',
    // Kana
    'あa いi うu えe おo かka きki くku けke こko がga ぎgi ぐgu げge ごgo さsa しshi すsu せse そso ざza じji ずzu ぜze ぞzo',
    'たta ちchi つtsu てte とto だda ぢji づzu でde どdo なna にni ぬnu ねne のno はha ひhi ふfu へhe ほho ばba びbi ぶbu べbe ぼbo',
    'ぱpa ぴpi ぷpu ぺpe ぽpo まma みmi むmu めme もmo やya ゆyu よyo らra りri るru れre ろro わwa をo んn',
    'ぁa ぃi ぅu ぇe ぉo ゃya ゅyu ょyo っ ー',
  ]
    .join(' ')
    .split(' ')
    .flatMap((pairs) => [...pairs.matchAll(/(\P{ASCII})([a-z]*)/gu)])
    .map(([, from, to]) => [from ?? '', to ?? ''] as const),
);

/**
 * The syllables of Mandarin (Unihan's readings) in the order of CLDR's pinyin collation, and of each the character that
 * comes first there: 20,902 characters fall to their syllable, all but 11 of them to the right one.
 */
const SYLLABLES = [
  'a ai an ang ao ba bai ban bang bao bei ben beng bi bian biao bie bin bing bo bu ca cai can cang cao ce cen ceng',
  'cha chai chan chang chao che chen cheng chi chong chou chu chua chuai chuan chuang chui chun chuo ci cong cou cu',
  'cuan cui cun cuo da dai dan dang dao de den deng di dia dian diao die ding diu dong dou du duan dui dun duo e ei',
  'en eng er fa fan fang fei fen feng fiao fo fou fu ga gai gan gang gao ge gei gen geng gong gou gu gua guai guan',
  'guang gui gun guo ha hai han hang hao he hei hen heng hm hong hou hu hua huai huan huang hui hun huo ji jia jian',
  'jiang jiao jie jin jing jiong jiu ju juan jue jun ka kai kan kang kao ke kei ken keng kong kou ku kua kuai kuan',
  'kuang kui kun kuo la lai lan lang lao le lei leng li lia lian liang liao lie lin ling liu lo long lou lu luan',
  'lue lun luo m ma mai man mang mao me mei men meng mi mian miao mie min ming miu mo mou mu na nai nan nang nao ne',
  'nei nen neng ng ni nian niang niao nie nin ning niu nong nou nu nuan nue nun nuo o ou pa pai pan pang pao pei',
  'pen peng pi pian piao pie pin ping po pou pu qi qia qian qiang qiao qie qin qing qiong qiu qu quan que qun ran',
  'rang rao re ren reng ri rong rou ru rua ruan rui run ruo sa sai san sang sao se sen seng sha shai shan shang',
  'shao she shei shen sheng shi shou shu shua shuai shuan shuang shui shun shuo si song sou su suan sui sun suo ta',
  'tai tan tang tao te teng ti tian tiao tie ting tong tou tu tuan tui tun tuo wa wai wan wang wei wen weng wo wu',
  'xi xia xian xiang xiao xie xin xing xiong xiu xu xuan xue xun ya yan yang yao ye yi yin ying yo yong you yu yuan',
  'yue yun za zai zan zang zao ze zei zen zeng zha zhai zhan zhang zhao zhe zhen zheng zhi zhong zhou zhu zhua',
  'zhuai zhuan zhuang zhui zhun zhuo zi zong zou zu zuan zui zun zuo',
]
  .join(' ')
  .split(' ');
const FIRST_CHARACTERS = [
  '吖哎安肮凹丷挀扳邦勹卑奔伻屄边灬憋汃冫癶峬嚓偲参仓撡冊嵾曽叉芆辿伥抄车抻阷吃充抽出歘揣巛刅吹旾逴呲匆凑粗汆崔邨搓咑呆丹当',
  '刀嘚扥灯氐嗲敁刁爹丁丟东吺厾耑垖吨多妸诶奀鞥儿发帆匚飞分丰覅仏紑夫旮侅甘冈皋戈给根刯工勾估瓜乖关光归丨呙哈咍佄夯茠诃黒拫',
  '亨噷叿齁乎花怀欢巟灰昏吙丌加戋江艽阶巾坕冂丩凥姢噘军咔开刊忼尻匼剋肎劥空抠扝夸蒯宽匡亏坤扩垃来兰啷捞仂勒崚哩俩奁良撩毟拎',
  '伶溜囖龙瞜噜娈掠抡啰呣妈埋嫚牤猫嚒呅椚擝咪宀喵乜民名谬摸哞毪拏腉囡囔孬疒娞恁能嗯妮拈娘鸟捏囜宁妞农羺奴奻疟黁郍喔讴妑拍眅',
  '乓抛呸喷匉丕囨剽氕姘乒钋剖仆七掐千呛悄苆亲靑卭丘区奍炔夋呥穣娆惹人扔日戎厹邚挼堧婑瞤捼仨毢三桒掻閪森僧杀筛山伤弰奢谁申升',
  '尸収书刷衰闩双脽吮说厶忪凁苏狻夊孙唆他囼坍汤夲忑熥剔天旫帖厅囲偷凸湍推吞乇屲歪弯尢危昷翁挝乌夕呷仙乡灱些心星凶休吁吅削坃',
  '丫恹央幺倻一囙应哟佣优込囦曰晕帀災兂匨傮则贼怎増扎夈枬张佋蜇贞凧之中州朱抓跩专妆隹宒拙乲宗邹租钻厜尊嘬',
].flatMap((line) => Array.from(line));
